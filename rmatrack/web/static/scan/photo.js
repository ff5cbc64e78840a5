// A photo made small before it is kept and sent: no larger than anybody looks at, and nothing but the picture itself.

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;

// Draws the picture in `file` on `canvas`, upright, and returns it as a JPEG; throws where it is no picture.
export async function small(file, canvas) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const jpeg = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!jpeg) throw new Error("The browser made no JPEG of it.");
  return jpeg;
}

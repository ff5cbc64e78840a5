// A phone's camera as a scanner: it looks for barcodes in the picture, and reads each once until it has left.

const LOOKS_MS = 120; // Between two looks: a phone stays cool, and a hand has moved.
const FORGOTTEN_MS = 2500; // A code that was out of sight this long is a new reading.
const FORMATS = ["code_128", "code_39", "qr_code", "data_matrix", "pdf417", "itf", "ean_13"];
const WANTED = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } };

// The detector that is borrowed: its WebAssembly comes from here, never from elsewhere.
export async function makeDetector(folder) {
  if (!globalThis.BarcodeDetectionAPI) await load(`${folder}barcode-detector.js`);
  const { BarcodeDetector, prepareZXingModule } = globalThis.BarcodeDetectionAPI;
  prepareZXingModule({ overrides: { locateFile: (file) => folder + file } });
  return new BarcodeDetector({ formats: FORMATS });
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

export class Camera {
  #stream = null;
  #detector = null;
  #timer = null;
  #seen = new Map();

  // `onScan(raw)` gets each code; `onState(name)` tells: "off", "on", or a word for what went wrong.
  constructor({ root, folder, onScan, onState }) {
    Object.assign(this, { root, folder, onScan, onState });
    this.video = root.querySelector("video");
    this.torch = root.querySelector("[data-torch]");
    this.torch.addEventListener("click", () => this.#switchTorch());
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
    addEventListener("pagehide", () => this.stop());
  }

  get isOn() {
    return this.#stream !== null;
  }

  async start() {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
      this.#stream.getVideoTracks()[0].addEventListener("ended", () => this.stop());
      this.root.hidden = false;
      this.video.srcObject = this.#stream;
      await this.video.play();
      this.torch.hidden = !this.#track.getCapabilities?.().torch;
      this.#detector ??= await makeDetector(this.folder);
    } catch (problem) {
      this.stop();
      this.onState({ NotAllowedError: "camera_refused", NotFoundError: "camera_missing" }[problem.name] ?? "camera_failed");
      return;
    }
    this.onState("on");
    this.#look();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.video.srcObject = null;
    this.root.hidden = true;
    this.torch.setAttribute("aria-pressed", "false");
    this.#seen.clear();
    this.onState("off");
  }

  async #look() {
    if (!this.isOn) return;
    try {
      for (const { rawValue } of await this.#detector.detect(this.video)) this.#read(rawValue);
    } catch {
      // A picture that could not be read; the next one comes at once.
    }
    this.#timer = setTimeout(() => this.#look(), LOOKS_MS);
  }

  #read(raw) {
    const now = performance.now();
    const isNew = now - (this.#seen.get(raw) ?? -Infinity) > FORGOTTEN_MS;
    this.#seen.set(raw, now);
    if (!isNew || !raw.trim()) return;
    navigator.vibrate?.(60);
    this.onScan(raw);
  }

  get #track() {
    return this.#stream.getVideoTracks()[0];
  }

  async #switchTorch() {
    const isOn = this.torch.getAttribute("aria-pressed") !== "true";
    await this.#track.applyConstraints({ advanced: [{ torch: isOn }] });
    this.torch.setAttribute("aria-pressed", isOn);
  }
}

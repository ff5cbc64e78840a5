// Three sounds: a bright double for what matched, one neutral, a low long one for what a person must look at.

const TUNES = {
  good: { shape: "sine", notes: [[1175, 0, 0.09], [1568, 0.1, 0.14]] },
  accent: { shape: "sine", notes: [[660, 0, 0.16]] },
  bad: { shape: "sawtooth", notes: [[147, 0, 0.7]] },
};

export class Sounds {
  #context = null;

  constructor({ volume, mute, icons, words }) {
    Object.assign(this, { volume, mute, icons, words });
    volume.value = localStorage.getItem("scan volume") ?? volume.value;
    this.#setMuted(localStorage.getItem("scan muted") === "yes");
    volume.addEventListener("input", () => this.#changed());
    mute.addEventListener("click", () => this.#setMuted(!this.muted));
  }

  play(tone) {
    const tune = TUNES[tone];
    if (!tune || this.muted) return;
    this.#context ??= new AudioContext();
    this.#context.resume();
    for (const [pitch, begin, length] of tune.notes) this.#note(tune.shape, pitch, begin, length);
  }

  #note(shape, pitch, begin, length) {
    const start = this.#context.currentTime + begin;
    const oscillator = new OscillatorNode(this.#context, { type: shape, frequency: pitch });
    const gain = new GainNode(this.#context, { gain: 0 });
    const loudness = (this.volume.value / 100) ** 2;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.01);
    gain.gain.setValueAtTime(loudness, start + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, start + length);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
  }

  #changed() {
    localStorage.setItem("scan volume", this.volume.value);
    if (this.muted) this.#setMuted(false);
    this.play("accent");
  }

  #setMuted(muted) {
    this.muted = muted;
    localStorage.setItem("scan muted", muted ? "yes" : "no");
    this.mute.setAttribute("aria-pressed", muted);
    this.mute.setAttribute("aria-label", this.words.muted);
    this.mute.title = muted ? this.words.muted : this.words.loud;
    this.mute.querySelector("use").setAttribute("href", `${this.icons}#${muted ? "volume-mute" : "volume-up"}`);
  }
}

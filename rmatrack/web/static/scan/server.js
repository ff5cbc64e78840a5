// Talking to the server: JSON there and back, with the token against forgery renewed when it has grown old.

export class Server {
  #token = document.querySelector('meta[name="csrf-token"]').content;

  constructor(addresses) {
    this.addresses = addresses;
  }

  record(body) {
    return this.#post(this.addresses.scans, body);
  }

  undo(id, body) {
    return this.#post(`${this.addresses.scans}/${id}/undo`, body);
  }

  note(id, body) {
    return this.#post(`${this.addresses.scans}/${id}/note`, body);
  }

  async shift(station, rma) {
    const query = new URLSearchParams(rma ? { station, rma } : { station });
    const shift = await this.#json(await fetch(`${this.addresses.shift}?${query}`));
    this.#token = shift.token;
    return shift;
  }

  async #post(address, body, again = true) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.#token },
      body: JSON.stringify(body),
    });
    if (answer.status === 400 && again) {
      await this.shift(body.station);
      return this.#post(address, body, false);
    }
    return this.#json(answer);
  }

  // Throws what went wrong: `signedOut`, or a `message` for the person, or neither where it is worth another try.
  async #json(answer) {
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && isJson) return answer.json();
    const problem = new Error(`The server answered ${answer.status}.`);
    problem.signedOut = answer.redirected;
    problem.said = isJson ? (await answer.json()).message : null;
    throw problem;
  }
}

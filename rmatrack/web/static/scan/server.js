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

  photo(id, photo, station) {
    const body = new FormData();
    body.append("station", station);
    body.append("photos", photo, "photo.jpg");
    return this.#post(`${this.addresses.scans}/${id}/photos`, body);
  }

  announce(body, options = {}) {
    return this.#post(this.addresses.announce, body, true, options);
  }

  async shift(station, rma) {
    const query = new URLSearchParams(rma ? { station, rma } : { station });
    const shift = await this.#json(await fetch(`${this.addresses.shift}?${query}`));
    this.#token = shift.token;
    return shift;
  }

  async #post(address, body, again = true, options = {}) {
    const isForm = body instanceof FormData;
    const kind = isForm ? {} : { "Content-Type": "application/json" };
    const answer = await fetch(address, {
      ...options,
      method: "POST",
      headers: { ...kind, "X-CSRFToken": this.#token },
      body: isForm ? body : JSON.stringify(body),
    });
    if (answer.status === 400 && again) {
      await this.shift(isForm ? body.get("station") : body.station);
      return this.#post(address, body, false, options);
    }
    return this.#json(answer);
  }

  // Throws what went wrong: `status`, `signedOut`, and what it `said` to the person.
  async #json(answer) {
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && isJson && !answer.redirected) return answer.json();
    const problem = new Error(`The server answered ${answer.status}.`);
    problem.status = answer.ok ? 0 : answer.status; // A page where JSON belongs: some network's own sign-in.
    problem.signedOut = answer.status === 401 || answer.status === 403 || this.#isSignIn(answer);
    problem.said = isJson ? (await answer.json()).message : null;
    throw problem;
  }

  #isSignIn({ redirected, url }) {
    return redirected && new URL(url).origin === location.origin;
  }
}

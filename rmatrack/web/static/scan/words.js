// Answers that the station gives by itself, in the words that the server gave it for them.

export function fill(text, ...values) {
  return values.reduce((filled, value) => filled.replace("{}", value), text);
}

export function say(sentence, facts) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => facts[name] ?? "");
}

// How a verdict of judging.js reads and looks; the same shape as an answer of the server, marked as provisional.
export function worded(verdict, words) {
  const facts = { ...verdict, kind: words.kinds[verdict.kind], status: words.statuses[verdict.status] };
  const outcome = words.outcomes[verdict.outcome];
  const notes = verdict.finds.map((type) => say(words.finds[type] ?? "", facts));
  if (verdict.model_checked) notes.push(say(words.model_checked, facts));
  const answer = { ...verdict, ...outcome, notes, provisional: true, message: message(verdict, outcome, facts, words) };
  const later = foundLater(verdict, words);
  if (later) {
    const news = say(words.finds[later], facts);
    answer.notes = [answer.message, ...notes.filter((note) => note !== news)];
    answer.message = news;
  }
  return { ...answer, ...looks(verdict, facts, words) };
}

// What a scan of something received already tells anew, the model before the box: it leads, whatever came first.
function foundLater(verdict, words) {
  return Object.keys(words.finds).find((type) => verdict.finds.includes(type));
}

function message(verdict, outcome, facts, words) {
  if (verdict.opens_rma) return say(words.box_open, { rma: verdict.opens_rma, order: verdict.opens_order });
  const otherwise = verdict.outcome === "not_a_serial" && words.otherwise[verdict.kind];
  return say(otherwise || outcome.message, facts);
}

function looks(verdict, facts, words) {
  if (verdict.opens_rma) return { icon: "box-seam", tone: "accent", title: words.box_title };
  if (words.quiet.includes(verdict.kind)) return { icon: "info-circle-fill", tone: "accent", title: capital(facts.kind) };
  const later = foundLater(verdict, words)?.replace("-", "_");
  if (verdict.outcome === "already_received" && !later && verdict.model_checked) {
    return { icon: "check-circle-fill", tone: "good", title: words.model_right };
  }
  const { icon, tone, title } = words.outcomes[later ?? verdict.outcome];
  return { icon, tone, title: (later ?? verdict.outcome) === "wrong_order" ? `${title}: ${verdict.order}` : title };
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

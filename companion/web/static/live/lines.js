// Posts a form and hands on each line of the answer, a JSON object, as soon as it comes.
export async function eachLine(address, form, take) {
  const answer = await fetch(address, {
    method: "POST",
    body: form,
    headers: { Accept: "application/x-ndjson" },
  });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      take(JSON.parse(line));
    }
  }
}

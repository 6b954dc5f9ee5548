// Three seconds of listening, with the level as it comes and then words for it.
const button = document.getElementById("check");
const meter = document.getElementById("level");
const heard = document.getElementById("heard");

button.addEventListener("click", async (event) => {
  event.preventDefault();
  button.disabled = true;
  meter.hidden = false;
  heard.textContent = "Listening. Please speak as you would in a call.";
  try {
    await listen();
  } catch {
    heard.textContent = "That did not reach companion. Is it still running?";
  }
  meter.hidden = true;
  button.disabled = false;
});

async function listen() {
  const answer = await fetch(button.getAttribute("formaction"), {
    method: "POST",
    body: new URLSearchParams({ device: document.getElementById("device").value }),
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

function take(news) {
  if (news.words !== undefined) {
    heard.textContent = news.words;
  } else {
    meter.value = news.meter;
  }
}

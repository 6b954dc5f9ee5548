// Three seconds of listening, with the level as it comes and then words for it.
import { eachLine } from "./lines.js";

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
  const device = document.getElementById("device").value;
  await eachLine(button.getAttribute("formaction"), new URLSearchParams({ device }), take);
}

function take(news) {
  if (news.words !== undefined) {
    heard.textContent = news.words;
  } else {
    meter.value = news.meter;
  }
}

// Reading aloud without leaving the page: how much is learned, how loud it is, what is wrong.
import { eachLine } from "./lines.js";

const form = document.getElementById("learn");
const button = form.querySelector("button");
const meter = document.getElementById("voice-level");
const share = document.getElementById("voice-share");
const problem = document.getElementById("voice-problem");
const words = document.getElementById("learned");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const wanted = new URLSearchParams(new FormData(form));
  button.disabled = true;
  meter.hidden = share.hidden = false;
  share.value = 0;
  words.textContent = "Listening. Please read aloud now.";
  let well = false;
  try {
    well = await learn(wanted);
  } catch {
    words.textContent = "That did not reach companion. Is it still running?";
  }
  meter.hidden = share.hidden = problem.hidden = true;
  button.disabled = false;
  if (well) {
    document.getElementById("state").textContent = "Your voice is known";
  }
  words.focus();
});

async function learn(wanted) {
  let well = false;
  await eachLine(form.action, wanted, (news) => {
    well = take(news);
  });
  return well;
}

function take(news) {
  if (news.words !== undefined) {
    words.textContent = news.words;
    return news.well;
  }
  share.value = news.share;
  meter.value = news.meter;
  if (problem.textContent !== (news.problem ?? "")) {
    problem.textContent = news.problem ?? "";
  }
  problem.hidden = !news.problem;
  return false;
}

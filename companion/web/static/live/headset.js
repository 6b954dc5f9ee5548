// The headset test without leaving the page: how far it is, what it found, and what was heard.
import { eachLine } from "./lines.js";

const play = document.getElementById("headset-play");
const share = document.getElementById("headset-share");
const words = document.getElementById("headset-words");
const heard = document.getElementById("headset-heard");
const button = play.querySelector("button");
const LOST = "That did not reach companion. Is it still running?";

play.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  heard.hidden = true;
  share.value = 0;
  share.hidden = false;
  words.textContent = "Please be quiet for three seconds.";
  try {
    await test();
  } catch {
    words.textContent = LOST;
  }
  share.hidden = true;
  button.disabled = false;
  if (heard.hidden) {
    button.focus();
  }
});

heard.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(heard.action, {
      method: "POST",
      body: new URLSearchParams({ heard: event.submitter.value }),
      headers: { Accept: "application/json" },
    });
    words.textContent = (await answer.json()).words;
    heard.hidden = true;
  } catch {
    words.textContent = LOST;
  }
  button.focus();
});

async function test() {
  const form = new URLSearchParams(new FormData(play));
  const chosen = document.querySelector("select#device");
  if (chosen) {
    form.set("device", chosen.value);
  }
  await eachLine(play.action, form, take);
}

function take(news) {
  if (news.share !== undefined) {
    share.value = news.share;
    return;
  }
  words.textContent = news.words;
  heard.hidden = !news.asks;
  if (news.asks) {
    heard.querySelector("button").focus();
  }
}

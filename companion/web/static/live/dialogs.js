// The small windows over the page: questions that need a second yes, and the help.

/** Open them by their buttons; close them by No, Close or Escape. */
export function openDialogs(root) {
  for (const link of root.querySelectorAll("[data-confirm]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      root.getElementById(`confirm-${link.dataset.confirm}`).showModal();
    });
  }
  const help = root.getElementById("help-open");
  help.hidden = false;
  help.addEventListener("click", () => root.getElementById("help").showModal());
  for (const button of root.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
}

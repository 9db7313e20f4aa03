// Asks how far the issuing is and shows what changed, until the server leads elsewhere.
"use strict";
(function () {
  const EVERY = 700, LATER = 3000;
  async function look() {
    let pause = EVERY;
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.redirected) return location.replace(answer.url + "#said");
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = told.querySelectorAll(".issuing-steps li");
      if (!next.length) return location.reload();
      document.querySelectorAll(".issuing-steps li").forEach(function (step, n) {
        if (step.className !== next[n].className) step.replaceWith(next[n]);
      });
    } catch (error) {
      pause = LATER; // the server is away for a moment
    }
    setTimeout(look, pause);
  }
  setTimeout(look, EVERY);
})();

// Connects the parts of the page.
(() => {
  "use strict";

  const { byId } = elements;
  // What follows from a drawing waits until the pen pauses.
  const PAUSE_MS = 120;

  function connectLinks() {
    // The link of the page holds its state, not a place.
    for (const link of document.querySelectorAll("nav a")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const part = byId(link.getAttribute("href").slice(1));
        part.scrollIntoView();
        part.querySelector("h2").focus({ preventScroll: true });
      });
    }
  }

  async function start() {
    const data = JSON.parse(byId("models").textContent);
    connectLinks();
    await client.start(data);
    let answer = null;
    let timer = null;

    // The drawing and the generator's class index of what was read; null if there is none.
    function drawn() {
      if (!answer) return null;
      const { label } = elements.verdict(data.classifier, answer);
      const index = data.generator.labels.indexOf(label);
      return index < 0 ? null : { image: answer.image, label: index };
    }

    let follow = () => {};
    const reading = readPart.connect(data.classifier, (newAnswer) => {
      answer = newAnswer;
      clearTimeout(timer);
      if (answer) timer = setTimeout(() => follow(), PAUSE_MS);
    });
    // The answer to what is drawn comes before all else.
    await reading.restore();
    const clean = cleanPart.connect(data);
    const inside = insidePart.connect(data.classifier);
    const generated = generatePart.connect(data, drawn);
    follow = () => {
      if (!answer) return;
      clean.setDrawing(answer);
      inside.setImage(answer.image);
      generated.drawingChanged();
    };
    clearTimeout(timer);
    follow();
    state.onChange(() =>
      [reading, clean, inside, generated].forEach((part) => part.restore()),
    );
    document.body.dataset.ready = "true";
  }

  start().catch((error) => {
    byId("answer").textContent =
      `This page does not work in your browser: ${error.message}`;
  });
})();

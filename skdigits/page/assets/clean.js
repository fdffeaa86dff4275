// The part "Salt and clean": noise of any amount, and what the denoisers make of it.
const cleanPart = (() => {
  "use strict";

  const { byId, figure } = elements;

  function connect(data) {
    const slider = byId("noise");
    const names = [
      "original",
      "noisy",
      ...data.denoisers.map(({ name }) => `cleaned by ${name}`),
    ];
    const figures = names.map(figure);
    byId("ladder").replaceChildren(...figures.map(({ root }) => root));
    const moveMarker = data.curve
      ? curveChart.build(byId("curve"), data.curve)
      : () => {};
    let image = null;
    let seed = 0;

    const run = client.latest(async (question) => {
      const { noisy, cleaned } = await client.ask("clean", question);
      [noisy, ...cleaned].forEach((answer, i) =>
        figures[i + 1].show(data.classifier, answer),
      );
    });

    function update() {
      const amount = Number(slider.value) / 100;
      byId("noise-value").textContent = `${slider.value} %`;
      moveMarker(amount);
      if (image) run({ image, amount, seed });
    }

    slider.addEventListener("input", () => {
      state.set("noise", slider.value);
      update();
    });
    byId("new-noise").addEventListener("click", () => {
      seed = state.newSeed();
      state.set("seed", seed);
      update();
    });

    function restore() {
      slider.value = state.integer("noise", 40, 0, 100);
      seed = state.integer("seed", 1, 0, 2 ** 31);
      update();
    }
    restore();

    return {
      restore,
      // Takes the normalized drawing, and what the classifier reads in it.
      setDrawing(answer) {
        image = answer.image;
        figures[0].show(data.classifier, answer);
        update();
      },
    };
  }

  return { connect };
})();

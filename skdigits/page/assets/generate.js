// The part "New digits": sample, interpolate, perturb, and walk in a plane.
const generatePart = (() => {
  "use strict";

  const { byId, create, figure, labelText } = elements;
  const N_SAMPLES = 8;
  const N_PERTURBED = 4;

  // A group of radio buttons, one for each label.
  function labelChoice(root, labels, name, fallback, onChoose) {
    const inputs = labels.map((_, i) =>
      create("input", { type: "radio", name, value: i }),
    );
    const options = labels.map((label, i) =>
      create("label", { className: `choice key-label-${i % 10}` }, [
        inputs[i],
        create("span", {}, [labelText(label)]),
      ]),
    );
    root.append(...options);
    const choice = {
      value: () => inputs.findIndex(({ checked }) => checked),
      restore() {
        inputs[state.integer(name, fallback, 0, labels.length - 1)].checked = true;
      },
    };
    root.addEventListener("change", () => {
      state.set(name, choice.value());
      onChoose();
    });
    choice.restore();
    return choice;
  }

  function seedOf(name, fallback) {
    let seed;
    const seeds = {
      value: () => seed,
      renew() {
        seed = state.newSeed();
        state.set(name, seed);
      },
      restore() {
        seed = state.integer(name, fallback, 0, 2 ** 31);
      },
    };
    seeds.restore();
    return seeds;
  }

  const sample = (label, seed) => client.ask("sample", { label, seed });
  const generate = (vectors, labels) => client.ask("generate", { vectors, labels });

  // Linear interpolation of latent vectors, or of one-hot labels.
  const between = (first, second, part) =>
    first.map((value, i) => (1 - part) * value + part * second[i]);

  function connectSamples(data) {
    const figures = Array.from({ length: N_SAMPLES }, () => figure(""));
    byId("samples").replaceChildren(...figures.map(({ root }) => root));
    const seed = seedOf("more", 11);
    const label = labelChoice(
      byId("sample-label"),
      data.generator.labels,
      "label",
      3 % data.generator.labels.length,
      () => update(),
    );
    const update = client.latest(async () => {
      const asked = label.value();
      const vectors = await Promise.all(
        figures.map((_, i) => sample(asked, seed.value() + 17 * i)),
      );
      const answers = await generate(
        vectors,
        vectors.map(() => asked),
      );
      answers.forEach((answer, i) => figures[i].show(data.classifier, answer));
    });
    byId("more").addEventListener("click", () => {
      seed.renew();
      update();
    });
    return () => {
      label.restore();
      seed.restore();
      update();
    };
  }

  function connectMix(data, drawn) {
    const { labels } = data.generator;
    const slider = byId("mix");
    const parts = ["first", "between", "second"].map(figure);
    byId("mix-figures").replaceChildren(...parts.map(({ root }) => root));
    const seed = seedOf("pair", 5);
    const first = labelChoice(
      byId("mix-first"),
      labels,
      "from",
      3 % labels.length,
      () => update(),
    );
    const second = labelChoice(
      byId("mix-second"),
      labels,
      "to",
      8 % labels.length,
      () => update(),
    );
    const useDrawing = byId("use-drawing");
    const hot = (index) => latentSpace.oneHot(index, labels.length);

    const update = client.latest(async () => {
      const own = useDrawing.checked ? drawn() : null;
      const ends = [own ? own.label : first.value(), second.value()];
      const vectors = await Promise.all([
        own ? client.ask("encode", own) : sample(ends[0], seed.value()),
        sample(ends[1], seed.value() + 1),
      ]);
      const part = Number(slider.value) / 100;
      const middle = between(vectors[0], vectors[1], part);
      const mixed = between(hot(ends[0]), hot(ends[1]), part);
      const answers = await generate(
        [vectors[0], middle, vectors[1]],
        [ends[0], mixed, ends[1]],
      );
      answers.forEach((answer, i) => parts[i].show(data.classifier, answer));
    });

    slider.addEventListener("input", () => {
      state.set("mix", slider.value);
      byId("mix-value").textContent = `${slider.value} %`;
      update();
    });
    useDrawing.addEventListener("change", update);
    byId("new-pair").addEventListener("click", () => {
      seed.renew();
      update();
    });
    return {
      restore() {
        slider.value = state.integer("mix", 50, 0, 100);
        byId("mix-value").textContent = `${slider.value} %`;
        [first, second, seed].forEach((part) => part.restore());
        update();
      },
      drawingChanged: () => useDrawing.checked && update(),
    };
  }

  function connectPerturbed(data) {
    const { labels, latentSize } = data.generator;
    const slider = byId("perturb");
    const figures = ["sampled", ...Array.from({ length: N_PERTURBED }, () => "")].map(
      figure,
    );
    byId("perturbed").replaceChildren(...figures.map(({ root }) => root));
    const seed = seedOf("direction", 23);
    const label = labelChoice(
      byId("perturb-label"),
      labels,
      "perturbed",
      5 % labels.length,
      () => update(),
    );

    const update = client.latest(async () => {
      const asked = label.value();
      const vector = await sample(asked, seed.value());
      const scale = Number(slider.value) / 100;
      const next = random.normal(seed.value() + 2);
      const perturbed = Array.from({ length: N_PERTURBED }, () => {
        const noise = Float32Array.from({ length: latentSize }, next);
        return vector.map(
          (value, i) => value + scale * data.generator.spread[i] * noise[i],
        );
      });
      const answers = await generate(
        [vector, ...perturbed],
        figures.map(() => asked),
      );
      answers.forEach((answer, i) => figures[i].show(data.classifier, answer));
    });

    slider.addEventListener("input", () => {
      state.set("perturb", slider.value);
      byId("perturb-value").textContent = (slider.value / 100).toFixed(2);
      update();
    });
    byId("new-direction").addEventListener("click", () => {
      seed.renew();
      update();
    });
    return () => {
      slider.value = state.integer("perturb", 50, 0, 200);
      byId("perturb-value").textContent = (slider.value / 100).toFixed(2);
      label.restore();
      seed.restore();
      update();
    };
  }

  function connect(data, drawn) {
    if (!data.generator) return { restore() {}, drawingChanged() {} };
    const mix = connectMix(data, drawn);
    const restores = [
      connectSamples(data),
      mix.restore,
      connectPerturbed(data),
      planeWalk.connect(data, { labelChoice, figure, generate }),
    ];
    const restore = () => restores.forEach((one) => one());
    restore();
    return { restore, drawingChanged: mix.drawingChanged };
  }

  return { connect };
})();

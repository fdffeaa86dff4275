// The part "Read": the drawing or photo, its normalization, and the probabilities.
const readPart = (() => {
  "use strict";

  const { byId, create, labelText, paint, percent, verdict } = elements;
  // Larger photos are scaled down first.
  const LARGEST_SIDE = 4096;
  const STROKE_PAUSE_MS = 80;
  const STEPS = {
    grey: "the image in grey",
    ink: "ink, without paper",
    crop: "cropped to the digit",
    centred: "scaled and centred",
  };

  // Connects the part; `onRead` is called with the answer to each finished drawing,
  // and with null while it changes.
  function connect(model, onRead) {
    const drawing = pad.connect(byId("pad"), byId("marker"), changed);
    const bars = buildBars(model);
    const steps = buildSteps();

    let answer = null;

    // Reads an image; nothing, where the drawing was cleared.
    const run = client.latest(async (source) => {
      answer = null;
      if (!source) {
        showNothing("Draw a digit.");
        return;
      }
      try {
        answer = await client.ask("read", source, [source.rgba.buffer]);
        bars.show(answer);
        showVerdict(model, answer);
        steps.show(answer.steps);
      } catch (error) {
        showNothing(error.message);
      }
    });

    function showNothing(message) {
      bars.clear();
      steps.clear();
      showMessage(message);
    }

    function finish() {
      announce();
      if (answer) onRead(answer);
    }

    let version = null;
    let reading = null;
    let timer = null;

    function read() {
      clearTimeout(timer);
      timer = null;
      // The end of a stroke, where the pen rests, is nothing new.
      if (drawing.version() === version) return;
      version = drawing.version();
      reading = run(drawing.isEmpty() ? null : pixels());
    }

    // Between two readings of a stroke the engine rests, so that it is ready for its end.
    async function changed(isFinished) {
      onRead(null);
      if (!isFinished) {
        timer = timer ?? setTimeout(read, STROKE_PAUSE_MS);
        return;
      }
      read();
      state.set("ink", drawing.toText());
      await reading;
      finish();
    }

    function pixels() {
      const { data, width, height } = drawing.pixels();
      return { rgba: data, width, height };
    }

    async function open(file) {
      if (!file) return;
      let bitmap;
      try {
        bitmap = await createImageBitmap(file);
      } catch {
        showMessage(
          "Your browser cannot open this file as an image. Choose a PNG, JPEG, WebP or GIF file.",
        );
        announce();
        return;
      }
      drawing.showPhoto(bitmap);
      state.set("ink", "");
      await run(photoPixels(bitmap));
      finish();
    }

    connectTools(drawing);
    connectFiles(open);
    return {
      restore: () => drawing.fromText(state.text("ink")),
    };
  }

  function photoPixels(bitmap) {
    const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const context = create("canvas", { width, height }).getContext("2d");
    context.drawImage(bitmap, 0, 0, width, height);
    return { rgba: context.getImageData(0, 0, width, height).data, width, height };
  }

  function connectTools(drawing) {
    byId("undo").addEventListener("click", drawing.undo);
    byId("clear").addEventListener("click", drawing.clear);
    const width = byId("width");
    const setWidth = () => drawing.setWidth(Number(width.value));
    width.addEventListener("input", setWidth);
    setWidth();
  }

  // A photo that is chosen, dropped anywhere, or pasted.
  function connectFiles(open) {
    byId("photo").addEventListener("change", ({ target }) => {
      open(target.files[0]);
      target.value = ""; // the same file can be chosen again
    });
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      open(event.dataTransfer.files[0]);
    });
    addEventListener("paste", (event) => open(event.clipboardData.files[0]));
  }

  function buildBars({ labels, rejects }) {
    const names = labels.map(labelText);
    if (rejects !== null)
      names.push(create("span", { textContent: "other", title: "not one of these" }));
    const rows = names.map((name) => {
      const bar = create("span", { className: "bar" });
      const value = create("span", { className: "value" });
      const track = create("span", { className: "track" }, [bar]);
      const row = create("li", {}, [
        create("span", { className: "label" }, [name]),
        track,
        value,
      ]);
      return { row, bar, value };
    });
    byId("bars").replaceChildren(...rows.map(({ row }) => row));

    function set(values) {
      const best = Math.max(...values);
      rows.forEach(({ row, bar, value }, i) => {
        bar.style.width = `${100 * values[i]}%`;
        value.textContent = percent(values[i]);
        row.classList.toggle("best", values[i] === best && best > 0);
      });
    }

    return {
      show: ({ probabilities, other }) => set([...probabilities, other]),
      clear: () => set([...labels, ""].map(() => 0)),
    };
  }

  function buildSteps() {
    const canvases = {};
    for (const [name, caption] of Object.entries(STEPS)) {
      // The first step shows the image as it is, the others what is light on dark.
      const className = name === "grey" ? "image plain" : "image";
      canvases[name] = create("canvas", { className, width: 28, height: 28 });
      canvases[name].setAttribute("role", "img");
      canvases[name].setAttribute("aria-label", caption);
      const text = create("figcaption", { textContent: caption });
      byId("steps").append(create("figure", {}, [canvases[name], text]));
    }
    return {
      show: (steps) => {
        for (const { name, pixels, width, height } of steps) {
          if (canvases[name]) paint(canvases[name], pixels, width, height);
        }
      },
      clear: () => {
        for (const canvas of Object.values(canvases)) paint(canvas, [0], 1, 1);
      },
    };
  }

  function showVerdict(model, answer) {
    const { label, probability, isSure, isOther } = verdict(model, answer);
    const word = create("strong", {}, [isSure ? labelText(label) : "Not sure"]);
    byId("answer").classList.toggle("doubtful", !isSure);
    const details = isSure
      ? [`${percent(probability)} probable`]
      : [
          isOther ? `Probably something else (${percent(answer.other)}). ` : "",
          "Perhaps ",
          labelText(label),
          ` (${percent(probability)}).`,
        ];
    byId("answer").replaceChildren(word, create("span", {}, details));
  }

  function showMessage(message) {
    byId("answer").classList.add("doubtful");
    byId("answer").replaceChildren(
      create("strong", { textContent: "–" }),
      create("span", { textContent: message }),
    );
  }

  // For screen readers, once a stroke is finished.
  function announce() {
    byId("spoken").textContent = [...byId("answer").children]
      .map((part) => part.textContent)
      .join(": ");
  }

  return { connect };
})();

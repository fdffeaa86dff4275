// Elements of the page, and images in them. Text is set as text, never as HTML.
const elements = (() => {
  "use strict";

  const byId = (id) => document.getElementById(id);

  function create(tag, properties = {}, children = []) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // Labels of any script stand for themselves, whatever their direction.
  const labelText = (label) => create("bdi", { textContent: label });

  // Gives an image that is light on dark to a canvas. The style sheet inverts it on
  // light pages.
  function paint(canvas, pixels, width, height) {
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    const { data } = image;
    for (let i = 0; i < pixels.length; i += 1) {
      const level = Math.round(255 * pixels[i]);
      data[4 * i] = level;
      data[4 * i + 1] = level;
      data[4 * i + 2] = level;
      data[4 * i + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  const percent = (fraction) => {
    const rounded = Math.round(100 * fraction);
    // Certainty is not rounded to.
    if (rounded === 100 && fraction < 0.9995)
      return `${(100 * fraction).toFixed(1)}\u00a0%`;
    return `${rounded}\u00a0%`;
  };

  // The most probable label, or a doubt.
  function verdict({ labels, rejectBelow }, { probabilities, other }) {
    const best = probabilities.reduce(
      (a, value, i) => (value > probabilities[a] ? i : a),
      0,
    );
    const probability = probabilities[best];
    const isSure = probability >= rejectBelow;
    return {
      best,
      label: labels[best],
      probability,
      isSure,
      isOther: other > probability,
    };
  }

  // A figure with an image and a line of what the classifier reads in it.
  function figure(title) {
    const canvas = create("canvas", { className: "image", width: 1, height: 1 });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", title || "New digit");
    const reading = create("span", { className: "reading" });
    const caption = create("figcaption", {}, [
      ...(title ? [create("span", { className: "title", textContent: title })] : []),
      reading,
    ]);
    const root = create("figure", {}, [canvas, caption]);

    function show(model, answer) {
      paint(canvas, answer.image, model.size, model.size);
      const { label, probability, isSure } = verdict(model, answer);
      reading.replaceChildren(
        isSure ? labelText(label) : "not sure",
        isSure ? ` · ${percent(probability)}` : "",
      );
      reading.classList.toggle("doubtful", !isSure);
      const read = isSure ? `read as ${label}` : "the classifier is not sure";
      canvas.setAttribute("aria-label", `${title || "New digit"}: ${read}`);
    }

    return { root, show };
  }

  return { byId, create, labelText, paint, percent, verdict, figure };
})();

// «Lưu ảnh»: draws the chart of the page onto a canvas and hands it out as a PNG. Without script the button is not shown.
"use strict";
document.querySelectorAll("button[data-png]").forEach((button) => {
  const card = button.closest(".kc-chart-card");
  const svg = card && card.querySelector("svg.kc-chart");
  if (!svg) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const box = svg.viewBox.baseVal;
    const scale = 3;
    const head = 34;
    const copy = svg.cloneNode(true);
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = (box.width + 32) * scale;
      canvas.height = (box.height + head + 24) * scale;
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, box.width + 32, box.height + head + 24);
      pen.fillStyle = "#1b2430";
      pen.font = "600 15px system-ui, sans-serif";
      pen.fillText(card.querySelector("h2").textContent, 16, 24, box.width);
      pen.drawImage(image, 16, head, box.width, box.height);
      canvas.toBlob((blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = `${button.dataset.png}.png`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      });
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  });
});

// Draws the table named by data-source as a chart. The table stands without this
// script; ECharts is loaded only when a chart comes near the screen.
const figures = [...document.querySelectorAll("figure[data-chart]")];
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
let loading;

function library(address) {
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.echarts);
    script.onerror = () => reject(new Error("charts cannot be loaded"));
    document.head.append(script);
  });
  return loading;
}

// One entry per row; rows without a figure (suppressed, none) are gaps.
function readTable(selector) {
  const rows = [...document.querySelectorAll(`${selector} tbody tr`)];
  return rows.map((row) => {
    const cell = row.querySelector("td[data-value]");
    const entry = { label: row.dataset.label, text: row.dataset.text };
    if (!cell) return entry;
    const { value, low, high, n } = cell.dataset;
    return { ...entry, value: Number(value), low: Number(low), high: Number(high), n: Number(n) };
  });
}

function colours(onPaper) {
  if (onPaper) return { line: "#0f4c5c", band: "#0f4c5c", grid: "#bbb", muted: "#333", shift: "#a3530f", card: "#fff" };
  const style = getComputedStyle(document.documentElement);
  const of = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return { line: of("--accent", "#0f4c5c"), band: of("--accent", "#0f4c5c"), grid: of("--line", "#dcd9d0"), muted: of("--muted", "#566166"), shift: of("--level-2", "#a3530f"), card: of("--card", "#fff") };
}

// What is drawn upon a line: straight lines, lasting changes, events. Each is an entry of the
// list named by data-marks.
function readMarks(figure) {
  return figure.dataset.marks ? [...document.querySelectorAll(`${figure.dataset.marks} [data-mark]`)].map((e) => ({ ...e.dataset })) : [];
}

function marked(marks, points, c, axis) {
  const at = (label) => points.findIndex((p) => p.label === label);
  const straight = (name, data, style) => ({ name, type: "line", symbol: "none", silent: true, animation: false, lineStyle: { color: c.muted, width: 1.5, ...style }, data });
  return marks.flatMap((m) => {
    const [from, to, value, after] = [at(m.from), at(m.to), Number(m.value), Number(m.after)];
    if (m.mark === "line") return [straight(m.text, points.map(() => value), { type: "dashed" })];
    if (m.mark === "shift") {
      const level = (first, last, y) => points.map((p, i) => (i >= first && i <= last ? y : null));
      return [straight(m.text, level(from, to < 0 ? points.length - 1 : to, after), { color: c.shift, width: 3 }), straight(m.text, level(Math.max(0, from - 6), from - 1, value), { color: c.shift, width: 3, type: "dotted" })];
    }
    const top = { value: [from, axis.max], symbol: "circle", symbolSize: 18, label: { show: true, formatter: m.value, position: "inside", color: c.card, fontSize: 11 } };
    return [{ ...straight(m.text, [{ value: [from, axis.min], symbol: "none" }, top], { type: "dotted" }), symbol: "circle", showAllSymbol: true, itemStyle: { color: c.muted }, clip: false }];
  });
}

// The axis runs from the five below the lowest interval to the five above the
// highest, at least ten apart, and says so by its labels.
function range(points, marks) {
  const shown = points.filter((p) => p.value !== undefined);
  const lines = marks.filter((m) => m.mark === "line").map((m) => Number(m.value));
  const min = Math.max(0, Math.floor(Math.min(...shown.map((p) => p.low), ...lines) / 5) * 5);
  const max = Math.min(100, Math.ceil(Math.max(...shown.map((p) => p.high), ...lines) / 5) * 5);
  return max - min >= 10 ? { min, max } : { min: Math.min(min, 90), max: Math.min(min, 90) + 10 };
}

function axes(points, c, scale) {
  const text = { color: c.muted, fontSize: 12 };
  return {
    grid: { left: 38, right: 12, top: 22, bottom: 28 },
    xAxis: { type: "category", data: points.map((p) => p.label), axisLabel: { ...text, hideOverlap: true }, axisLine: { lineStyle: { color: c.grid } }, axisTick: { alignWithLabel: true } },
    yAxis: { type: "value", ...scale, axisLabel: text, splitLine: { lineStyle: { color: c.grid } } },
  };
}

const pick = (points, f) => points.map((p) => (p.value === undefined ? null : f(p)));

function line(points, c, names) {
  const hidden = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, animation: false };
  return [
    { ...hidden, name: `${names.band} ↓`, data: pick(points, (p) => p.low) },
    { ...hidden, name: names.band, data: pick(points, (p) => p.high - p.low), areaStyle: { color: c.band, opacity: 0.22, decal: { symbol: "none" } } },
    { name: names.label, type: "line", data: pick(points, (p) => p.value), symbol: "circle", symbolSize: 7, lineStyle: { color: c.line, width: 2.5 }, itemStyle: { color: c.line } },
  ];
}

function bars(points, c, names) {
  return [{ name: names.label, type: "bar", data: pick(points, (p) => p.value), itemStyle: { color: c.line }, barMaxWidth: 40 }];
}

// Within the lines mean ± z·spread/√n lies what chance alone explains (Spiegelhalter 2005).
function funnel(figure, points, c) {
  const { mean, spread, label, count, band, far } = figure.dataset;
  const shown = points.filter((p) => p.value !== undefined);
  const [from, to] = [Math.min(...shown.map((p) => p.n)), Math.max(...shown.map((p) => p.n))];
  const [low, high] = [from * 0.8, to * 1.15];
  const sizes = [...Array(61).keys()].map((i) => low * (high / low) ** (i / 60));
  const edge = (name, z, type) => ({ name, type: "line", symbol: "none", silent: true, lineStyle: { color: c.muted, type, width: 1.2 }, data: sizes.map((n) => [n, Math.min(100, Number(mean) + z * Number(spread) / Math.sqrt(n))]) });
  const text = { color: c.muted, fontSize: 12 };
  const values = shown.map((p) => p.value);
  return {
    grid: { left: 40, right: 16, top: 30, bottom: 42 },
    xAxis: { type: "log", min: low, max: high, name: count, nameLocation: "middle", nameGap: 26, nameTextStyle: text, axisLabel: { ...text, formatter: (n) => Math.round(n).toLocaleString() }, splitLine: { show: false } },
    yAxis: { type: "value", min: Math.max(0, Math.floor((Math.min(...values) - 2) / 5) * 5), max: Math.min(100, Math.ceil((Math.max(...values) + 2) / 5) * 5), name: label, nameTextStyle: text, axisLabel: text, splitLine: { lineStyle: { color: c.grid } } },
    series: [
      edge(band, 1.96, "dashed"), edge(band, -1.96, "dashed"), edge(far, 3.09, "dotted"), edge(far, -3.09, "dotted"), edge(label, 0, "solid"),
      { name: label, type: "line", symbol: "circle", symbolSize: 10, showAllSymbol: true, lineStyle: { opacity: 0 }, itemStyle: { color: c.line }, triggerEvent: true, data: shown.map((p) => [p.n, p.value]), clip: false }, // the vendored build has no scatter
    ],
  };
}

function option(figure, points, onPaper) {
  const c = colours(onPaper);
  if (figure.dataset.chart === "funnel") {
    return { animation: false, backgroundColor: "transparent", aria: { enabled: true, label: { description: figure.dataset.description } }, ...funnel(figure, points, c) };
  }
  const marks = readMarks(figure), scale = range(points, marks);
  const names = { label: figure.dataset.label || "", band: figure.dataset.band || "" };
  return {
    animation: !still.matches && !onPaper,
    animationDuration: 300,
    backgroundColor: "transparent",
    aria: { enabled: true, label: { description: describe(figure, points) }, decal: { show: figure.dataset.chart === "bar" } },
    ...axes(points, c, scale),
    series: figure.dataset.chart === "bar" ? bars(points, c, names) : [...line(points, c, names), ...marked(marks, points, c, scale)],
  };
}

function describe(figure, points) {
  const shown = points.filter((p) => p.value !== undefined);
  const ends = [shown[0], shown.at(-1)].map((p) => sentence(figure, p));
  return `${figure.dataset.description}: ${ends.join("; ")}`;
}

// data-read is a sentence with the places {period} {value} {low} {high} {n}.
function sentence(figure, p) {
  const values = { period: p.text, value: p.value.toFixed(1), low: p.low.toFixed(1), high: p.high.toFixed(1), n: p.n.toLocaleString() };
  return (figure.dataset.read || "{period}: {value}").replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// Pointing at the chart reads the nearest point out below it and marks its row.
function readOut(figure, chart, points) {
  const output = figure.querySelector("[data-readout]");
  if (!output) return;
  if (figure.dataset.chart === "funnel") {
    const shown = points.filter((p) => p.value !== undefined);
    chart.on("mouseover", { seriesIndex: 5 }, (event) => { output.textContent = sentence(figure, shown[event.dataIndex]); });
    return;
  }
  chart.getZr().on("mousemove", (event) => {
    const at = chart.convertFromPixel({ xAxisIndex: 0 }, event.offsetX);
    const point = points[Math.min(Math.max(Math.round(at), 0), points.length - 1)];
    if (point && point.value !== undefined) output.textContent = sentence(figure, point);
  });
}

// On a phone the table would push everything else away; it stays one tap off.
function foldTable(figure) {
  const fold = document.querySelector(figure.dataset.source)?.closest("details");
  if (fold && window.matchMedia("(max-width: 36rem)").matches) fold.open = false;
}

async function draw(figure) {
  const points = readTable(figure.dataset.source);
  if (!points.some((p) => p.value !== undefined)) return;
  const echarts = await library(figure.dataset.echarts);
  const chart = echarts.init(figure.querySelector(".fig-canvas"), null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  const show = (onPaper) => {
    chart.setOption(option(figure, points, onPaper), { notMerge: true });
    if (onPaper) chart.getZr().flush(); // printing does not wait for the next frame
  };
  show(false);
  figure.dataset.drawn = "yes";
  foldTable(figure);
  readOut(figure, chart, points);
  new ResizeObserver(() => chart.resize()).observe(figure);
  dark.addEventListener("change", () => show(false));
  window.addEventListener("beforeprint", () => { show(true); document.querySelector(figure.dataset.source)?.closest("details")?.setAttribute("open", ""); });
  window.addEventListener("afterprint", () => show(false));
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((e) => e.isIntersecting)) {
    near.unobserve(entry.target);
    draw(entry.target).catch(() => { entry.target.hidden = true; });
  }
}, { rootMargin: window.matchMedia("(max-width: 36rem)").matches ? "200px" : "3000px" }); // phones may never scroll so far

for (const figure of figures) {
  figure.hidden = false; // it was hidden for readers without scripts
  near.observe(figure);
}

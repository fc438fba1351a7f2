// A proof of work in place of a picture to read: the page asks for it only when
// very many forms come from one place. For each of four pieces it looks for a
// number so that SHA-256 of token, piece and number begins with enough zero
// bits. SHA-256 (FIPS 180-4) is written out because browsers offer their own on
// https only, and one call at a time.
const PIECES = 4;
const note = document.getElementById("work");
const form = note && note.closest("form");

// The constants are the first bits of the fractions of cube and square roots of primes.
const K = new Uint32Array(64), START = new Uint32Array(8);
for (let n = 2, found = 0; found < 64; n += 1) {
  let prime = true;
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (found < 8) START[found] = fraction(Math.sqrt(n));
  K[found] = fraction(Math.cbrt(n));
  found += 1;
}

function fraction(x) {
  return ((x - Math.floor(x)) * 4294967296) >>> 0;
}

const w = new Uint32Array(64);

// leading hashes one block of at most 55 characters and gives the first 32 bits.
function leading(text) {
  w.fill(0, 0, 16);
  for (let i = 0; i < text.length; i += 1) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  w[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  w[15] = text.length * 8;
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + w[i - 7]
      + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
      + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i += 1) {
    const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + w[i];
    const s = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c);
    h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + s | 0;
  }
  return START[0] + a >>> 0;
}

// search works in short turns, so that the page keeps answering to touch.
function search(prefix, bits, from, done) {
  const limit = 2 ** (32 - bits), until = performance.now() + 12;
  let n = from;
  do {
    for (let k = 0; k < 64; k += 1, n += 1) {
      const number = n.toString(36);
      if (leading(prefix + number) < limit) {
        done(number);
        return;
      }
    }
  } while (performance.now() < until);
  setTimeout(search, 0, prefix, bits, n, done);
}

function say(text, piece) {
  note.textContent = text.replace("{n}", String(piece + 1)).replace("{total}", String(PIECES));
}

// solve does the pieces one after the other; pressing the button meanwhile sends
// the form as soon as they are done.
function solve() {
  const token = form.elements.challenge.value, numbers = [];
  let pressed = false, finished = false;
  form.addEventListener("submit", (event) => {
    pressed = true;
    if (!finished) event.preventDefault();
  });
  const next = () => {
    const piece = numbers.length;
    if (piece < PIECES) {
      say(note.dataset.working, piece);
      search(token + piece, Number(note.dataset.bits), 0, (number) => { numbers.push(number); next(); });
      return;
    }
    finished = true;
    form.elements.solution.value = numbers.join(".");
    const send = pressed || note.dataset.sending !== undefined;
    say(send ? note.dataset.sending || note.dataset.done : note.dataset.done, 0);
    if (send) form.requestSubmit ? form.requestSubmit() : form.submit();
  };
  next();
}

if (form && form.elements.challenge) solve();

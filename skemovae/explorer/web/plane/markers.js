/**
 * Outlines of the markers that distinguish the emotions without color, with Matplotlib's names.
 */

/**
 * The outline of a marker around a point, as path data of SVG.
 *
 * @param {string} marker one of o ^ v s D P X p; anything else is a circle
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @returns {string}
 */
export function markerPath(marker, x, y, radius) {
  const corners = cornersOf(marker);
  if (!corners) {
    return `M${hundredths(x - radius)} ${hundredths(y)}a${radius} ${radius} 0 1 0 ${2 * radius} 0` +
      `a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;
  }
  return `M${corners.map(([dx, dy]) => `${hundredths(x + radius * dx)} ${hundredths(y + radius * dy)}`).join("L")}Z`;
}

/**
 * @param {string} marker
 * @returns {number[][] | null} offsets from the center in radii; null for a circle
 */
function cornersOf(marker) {
  const third = 0.36;
  const plus = [
    [-third, -1], [third, -1], [third, -third], [1, -third], [1, third], [third, third],
    [third, 1], [-third, 1], [-third, third], [-1, third], [-1, -third], [-third, -third],
  ];
  switch (marker) {
    case "^": return [[0, -1.1], [1.05, 0.85], [-1.05, 0.85]];
    case "v": return [[0, 1.1], [1.05, -0.85], [-1.05, -0.85]];
    case "s": return [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]];
    case "D": return [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]];
    case "P": return plus;
    case "X": return plus.map(([dx, dy]) => [0.75 * (dx - dy), 0.75 * (dx + dy)]);
    case "p": return Array.from({ length: 5 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 5;
      return [1.1 * Math.sin(angle), -1.1 * Math.cos(angle)];
    });
    default: return null;
  }
}

/**
 * @param {number} number
 * @returns {number}
 */
function hundredths(number) {
  return Math.round(100 * number) / 100;
}

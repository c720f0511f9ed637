/**
 * The elements of a picture, made one by one: no text is ever read as markup, and no element has a style of its own.
 */

const NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * Add an element of SVG to another and return it.
 *
 * @param {Element | null} parent None makes an element that stands alone.
 * @param {string} name Such as "path".
 * @param {{ [name: string]: string | number }} [attributes] Numbers are rounded to hundredths.
 * @param {string} [text]
 * @returns {SVGElement}
 */
export function draw(parent, name, attributes = {}, text = "") {
  const element = /** @type {SVGElement} */ (document.createElementNS(NAMESPACE, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(rounded(value)));
  if (text) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}

/**
 * A number in hundredths, which no eye can tell from the number; anything else as it is.
 *
 * @param {string | number} value
 * @returns {string | number}
 */
export function rounded(value) {
  return typeof value === "number" ? Math.round(value * 100) / 100 : value;
}

/**
 * The elements of an SVG picture, created one by one: no text is ever parsed as markup, and no element has inline
 * styles.
 */

const NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * Add an SVG element to another element and return it.
 *
 * @param {Element | null} parent Null makes an element without a parent.
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
 * A number rounded to hundredths, a difference that no eye can see; anything else is returned as it is.
 *
 * @param {string | number} value
 * @returns {string | number}
 */
export function rounded(value) {
  return typeof value === "number" ? Math.round(value * 100) / 100 : value;
}

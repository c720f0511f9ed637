/**
 * The page's elements.
 */

/**
 * The element of an id.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element ${id}.`);
  return element;
}

/**
 * The field of an id: an input, a select.
 *
 * @param {string} id
 * @returns {HTMLInputElement}
 */
export function field(id) {
  return /** @type {HTMLInputElement} */ (byId(id));
}

/**
 * A new element with a text.
 *
 * @param {string} name
 * @param {string} [text]
 * @param {{ [attribute: string]: string }} [attributes]
 * @returns {HTMLElement}
 */
export function make(name, text = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

/**
 * Call a function when an element is clicked.
 *
 * @param {string} id
 * @param {() => void} act
 */
export function onClick(id, act) {
  byId(id).addEventListener("click", act);
}

/**
 * Write a text unless it stands there, so that nothing is announced or laid out again.
 *
 * @param {string} id
 * @param {string} text
 */
export function write(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} id
 * @param {boolean} isPressed
 */
export function press(id, isPressed) {
  byId(id).setAttribute("aria-pressed", String(isPressed));
}

/**
 * @param {string} id
 * @param {boolean} isShown
 */
export function reveal(id, isShown) {
  byId(id).hidden = !isShown;
}

/**
 * Set a field, unless the person is typing in it.
 *
 * @param {string} id
 * @param {string | number} value
 */
export function fill(id, value) {
  const element = field(id);
  const isTyped = element === document.activeElement && (element.type === "number" || element.type === "text");
  if (!isTyped && element.value !== String(value)) element.value = String(value);
}

/**
 * The page's elements.
 */

/**
 * The element with an id.
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
 * The form field with an id: an input or a select.
 *
 * @param {string} id
 * @returns {HTMLInputElement}
 */
export function field(id) {
  return /** @type {HTMLInputElement} */ (byId(id));
}

/**
 * A new element with text.
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
 * Set an element's text unless it is the same already, so that nothing is announced or laid out again.
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
 * Set a form field, unless the user is typing in it.
 *
 * @param {string} id
 * @param {string | number} value
 */
export function fill(id, value) {
  const element = field(id);
  const isTyped = element === document.activeElement && (element.type === "number" || element.type === "text");
  if (!isTyped && element.value !== String(value)) element.value = String(value);
}

// Elements are made from names, attributes and children; text is always set as text, so that no data can become markup.

/** Makes an element. Children are elements, texts, numbers, lists of these, or nothing. */
function el(name, attributes, ...children) {
  const made = document.createElement(name);
  return filled(made, attributes, children);
}

/** The same for drawings. */
function svg(name, attributes, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'on') Object.entries(value).forEach(([event, act]) => made.addEventListener(event, act));
    // A style attribute would be markup to the content security policy; its properties are not.
    else if (key === 'css') Object.entries(value).forEach(([property, text]) => made.style.setProperty(property, text));
    else made.setAttribute(key, value === true ? '' : String(value));
  }
  append(made, children);
  return made;
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

function byId(id) {
  return document.getElementById(id);
}

/** Tells a screen reader what has changed. */
function announce(text) {
  byId('said').textContent = text;
}

/** A link to a view of this page. */
function link(kind, id, text) {
  // An identifier breaks at its hyphens only where it is too long for a line.
  const look = text === undefined && id.length <= 24 ? 'short' : null;
  return el('a', { href: '#' + kind + '=' + encodeURIComponent(id), class: look }, text === undefined ? id : text);
}

/** A command that shows what is not here. */
function command(text) {
  return el('code', { class: 'command' }, 'seatwise ' + text);
}

/** A command about this very run. */
function ask(text) {
  return command(text + ' --run ' + DATA.run.id);
}

/** An identifier as a shell takes it. */
function quoted(id) {
  return /^[\w@%+=:,./-]+$/.test(id) ? id : "'" + id.replaceAll("'", "'\\''") + "'";
}

// Changes of the page that are none where nothing is new: an element is touched only if it must.

/** Set an element's text. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Set an attribute, or take it away where `value` is null. */
export function setAttribute(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) {
      element.removeAttribute(name);
    }
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Show or hide an element. */
export function setHidden(element, hidden) {
  if (element.hidden !== hidden) {
    element.hidden = hidden;
  }
}

/** Give an element a class, or take it away. */
export function setClass(element, name, wanted) {
  if (element.classList.contains(name) !== wanted) {
    element.classList.toggle(name, wanted);
  }
}

/** Make a list's items say these lines; hidden where there are none. `make` draws one item. */
export function setLines(list, lines, make = null) {
  const draw = make ?? ((item, line) => setText(item, line));
  while (list.children.length > lines.length) {
    list.lastElementChild.remove();
  }
  lines.forEach((line, i) => {
    let item = list.children[i];
    if (!item) {
      item = list.ownerDocument.createElement("li");
      list.append(item);
    }
    draw(item, line);
  });
  setHidden(list, lines.length === 0);
}

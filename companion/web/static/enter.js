// The key follows the '#' of the address, which is never sent. It is handed over once, and taken
// out of the address and the history at the same time.
"use strict";
const key = location.hash.slice(1);
if (key) {
  history.replaceState(null, "", "/enter");
  const field = document.getElementById("token");
  field.value = key;
  document.getElementById("enter").submit();
}

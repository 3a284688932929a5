// SPDX-License-Identifier: MIT
// Light or dark, before the first paint: what the reader chose in this browser, else what the system says.
"use strict";
window.banyan = { dark: matchMedia("(prefers-color-scheme: dark)") };

banyan.chosenTheme = function () {
  try {
    return localStorage.getItem("banyan.theme");
  } catch (refused) {
    return null;
  }
};

banyan.theme = function () {
  return banyan.chosenTheme() || (banyan.dark.matches ? "dark" : "light");
};

document.documentElement.dataset.theme = banyan.theme();

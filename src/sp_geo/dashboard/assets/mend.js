// Dash 4.4 puts a focusable input that is hidden from assistive technology into every dropdown, so that its label
// can be clicked. With the keyboard that is one stop that says nothing: take it out of the tab order.
(function () {
  const mend = function () {
    document.querySelectorAll("input.dash-dropdown-focus-target:not([tabindex='-1'])").forEach(function (target) {
      target.setAttribute("tabindex", "-1");
    });
  };
  new MutationObserver(mend).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["tabindex"] });
})();

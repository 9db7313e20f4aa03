/* Cells of the table that lead somewhere: real links, so that keyboard, new tab and copy work. */
(function () {
  "use strict";
  var cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  function link(href, words) {
    return React.createElement("a", { href: href }, words);
  }

  cells.AreaLink = function (props) {
    return link(props.data.drill, props.value);
  };
  cells.WhyLink = function (props) {
    return link(props.data.why, props.words);
  };
})();

/* Cells of the table that lead somewhere: real links, so that keyboard, new tab and copy work. */
(function () {
  "use strict";
  var cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  function link(href, words) {
    return React.createElement("a", {
      href: href,
      onClick: function (event) {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        window.dash_clientside.set_props("url", { search: href.slice(href.indexOf("?")) });
      },
    }, words);
  }

  cells.AreaLink = function (props) {
    return link(props.data.drill, props.value);
  };
  cells.WhyLink = function (props) {
    return link(props.data.why, props.words);
  };
})();

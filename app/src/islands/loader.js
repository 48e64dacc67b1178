(() => {
  const { glue, wasm } = document.currentScript.dataset;
  const wake = async () => {
    const islands = document.querySelectorAll("leptos-island");
    if (!islands.length) return;
    const module = await import(glue);
    await module.default({ module_or_path: wasm });
    module.hydrate();
    for (const island of islands) await module[island.dataset.component]?.(island);
    document.documentElement.dataset.islands = "alive";
  };
  const idle = window.requestIdleCallback ?? ((callback) => setTimeout(callback, 200));
  // The browser itself says when the page has been painted; idle alone can come before that.
  new PerformanceObserver((entries, observer) => {
    if (!entries.getEntriesByName("first-contentful-paint").length) return;
    observer.disconnect();
    if (document.readyState === "complete") idle(wake);
    else addEventListener("load", () => idle(wake), { once: true });
  }).observe({ type: "paint", buffered: true });
})();

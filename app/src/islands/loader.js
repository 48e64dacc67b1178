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
  const start = () => idle(wake);
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
})();

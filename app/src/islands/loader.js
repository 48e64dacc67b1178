(()=>{
const{glue,wasm}=document.currentScript.dataset,wake=async()=>{
const islands=document.querySelectorAll("leptos-island");
if(!islands.length)return;
const module=await import(glue);
await module.default({module_or_path:wasm});
module.hydrate();
for(const island of islands)await module[island.dataset.component]?.(island);
document.documentElement.dataset.islands="alive"
},idle=window.requestIdleCallback??(wake=>setTimeout(wake,200));
new PerformanceObserver((entries,observer)=>{
if(!entries.getEntriesByName("first-contentful-paint").length)return;
observer.disconnect();
if(document.readyState==="complete")idle(wake);
else addEventListener("load",()=>idle(wake),{once:true})
}).observe({type:"paint",buffered:true})
})()
(()=>{
const{glue,wasm}=document.currentScript.dataset,wake=async()=>{
const all=document.querySelectorAll("leptos-island");
if(!all.length)return;
const code=await import(glue);
await code.default({module_or_path:wasm});
code.hydrate();
for(const one of all)await code[one.dataset.component]?.(one);
document.documentElement.dataset.islands="alive"
},idle=window.requestIdleCallback??(wake=>setTimeout(wake,200));
new PerformanceObserver((seen,it)=>{
if(!seen.getEntriesByName("first-contentful-paint").length)return;
it.disconnect();
if(document.readyState==="complete")idle(wake);
else addEventListener("load",()=>idle(wake),{once:true})
}).observe({type:"paint",buffered:true})
})()
// Landmarks that unfold's frame leaves out, so that a screen reader can jump between its parts.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("main")?.setAttribute("role", "main");
  document.getElementById("nav-sidebar")?.setAttribute("role", "complementary"); // its own list is the navigation
});

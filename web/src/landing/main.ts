import "./landing.css";

"""Labels bought from carriers: the whole product before a stand-in that speaks their HTTP."""

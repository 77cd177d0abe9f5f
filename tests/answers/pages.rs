//! Pages of `why` as people read them, one for each outcome and each reason of a deficit, and the shape of its JSON.

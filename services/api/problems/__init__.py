"""Problems: refusals and faults as RFC 9457 answers, and the pages that explain them."""

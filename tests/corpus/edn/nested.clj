(defsymphony "N" {:rebalance-threshold 0.05}
 (if (or (<= (current-price "SPY") (moving-average-price "SPY" {:window 200})) (and (= (exponential-moving-average-price "A" {:window 1e1}) +5N) (>= ((unimplemented :percentage-price-oscillator) "SOXL" {:short-window 12, :long-window 26}) -1.5M)))
  [(asset "A" nil) (asset "B" nil)] [(empty)]))

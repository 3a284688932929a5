;; a comment
(defsymphony "Small \"x\" \u00e9\ud83d\ude00\n" {:asset-class "EQUITIES", :rebalance-frequency :daily}
 (weight-equal [(if (> (rsi "SPY" {:window 10}) 79.5) [(group "G" [(asset "UVXY" nil)])] [(weight-specified 0.6 (asset "A" "n") 2/5 (asset "NAN" nil))])
 (filter (cumulative-return {:window 20}) (select-bottom 1) [(asset "A" nil) #_(asset "B" nil) (asset "BRK/B" nil)])
 (weight-inverse-volatility 21 [(asset "GLD" nil)])]))

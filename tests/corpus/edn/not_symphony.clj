#_ #_ (a) [b] {:k true, :l false} "\t\b\f\\" [nil 1 -2.5e-3 3/4] (foo . bar/baz)

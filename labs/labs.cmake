add_lab(04 convolution)

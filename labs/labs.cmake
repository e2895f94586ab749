add_lab(01 sobel)
add_lab(04 convolution)
add_lab(05 pooling)

add_lab(01 sobel PROGRAM cnn-image cnn-terminal)
add_lab(04 convolution EARLIER 01-sobel)
add_lab(05 pooling)
add_lab(10 lenet LINK cnn-nn)

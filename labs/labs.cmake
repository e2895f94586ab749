add_lab(01 sobel PROGRAM cnn-image cnn-terminal)
add_lab(02 hog)
add_lab(03 sift PROGRAM cnn-image cnn-terminal cnn-kernels)
add_lab(04 convolution EARLIER 01-sobel)
add_lab(05 pooling)
add_lab(06 dense LINK cnn-nn OPERATORS conv2d_forward max_pool_forward)
add_lab(07 learning LINK cnn-nn OPERATORS dense_forward)
add_lab(08 backprop LINK cnn-nn
    OPERATORS conv2d_forward relu_forward max_pool_forward dense_forward softmax_cross_entropy)
add_lab(09 fast TIMED LINK TBB::tbb PROGRAM cnn-kernels cnn-plot cnn-measure TBB::tbb
    EARLIER 04-convolution 08-backprop HEADERS tensor/parallel.hpp)
add_lab(10 lenet LINK cnn-nn MAY_USE nn:: nn::operators)
add_lab(11 seeing LINK cnn-nn MAY_USE nn:: nn::operators
    REFUSE unpool:max_pool_backward conv2d_transposed:conv2d_backward_input stage_back:max_pool_backward
    stage_back:conv2d_backward_input project:max_pool_backward project:conv2d_backward_input)
add_lab(12 alexnet LINK cnn-nn MAY_USE nn::
    REFUSE local_response_norm_forward:local_response_norm_forward
    local_response_norm_backward:local_response_norm_backward dropout_mask:dropout dropout_training:dropout
    dropout_backward:dropout grouped_conv2d_forward:grouped_conv2d_forward
    grouped_conv2d_backward_input:grouped_conv2d_backward_input
    grouped_conv2d_backward_filters:grouped_conv2d_backward_filters
    PROGRAM cnn-image cnn-terminal cnn-kernels cnn-data cnn-nn cnn-plot cnn-training cnn-zoo)
add_lab(13 vgg LINK cnn-nn MAY_USE nn:: nn::operators)
add_lab(14 googlenet LINK cnn-nn MAY_USE -nn::with_heads nn::
    REFUSE concatenate:concatenate_channels split:split_channels
    global_average_pool_forward:adaptive_average_pool_forward global_average_pool_forward:average_pool_forward
    global_average_pool_backward:adaptive_average_pool_backward global_average_pool_backward:average_pool_backward)
add_lab(15 resnet LINK cnn-nn MAY_USE nn:: nn::operators
    REFUSE batch_norm_forward:batch_norm_forward update_running:batch_norm_forward
    batch_norm_inference:batch_norm_inference batch_norm_backward:batch_norm_backward)

using Overlay.Lab.ApiServer;

return args switch
{
    ["apiserver", .. var rest] => await ApiServerCommand.RunAsync(rest, CancellationToken.None),
    _ => 0,
};

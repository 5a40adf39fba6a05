using Overlay.Lab.ApiServer;
using Overlay.Lab.Commands;

return args switch
{
    ["apiserver", .. var rest] => await ApiServerCommand.RunAsync(rest, CancellationToken.None),
    _ => await LabCommands.RunAsync(args),
};

using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Mail;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Mail;

/// <summary>Sends what a server has queued to a mail server that the test has started.</summary>
internal static class Dispatching
{
    /// <param name="gateway">Whose queue it is.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="port">Of the mail server on this machine.</param>
    /// <param name="files">In place of the server's own attachments.</param>
    public static MailDispatch Dispatch(this TestGateway gateway, TimeProvider clock, int port, params IAttachments[] files)
    {
        var settings = new MailSettings("127.0.0.1", port, null, null, SmtpTls.None, "no-reply@localhost", null);
        IEnumerable<IAttachments> sources = files.Length > 0 ? files : gateway.Services.GetServices<IAttachments>();
        return ActivatorUtilities.CreateInstance<MailDispatch>(gateway.Services, new MailPost(settings, clock), sources);
    }
}

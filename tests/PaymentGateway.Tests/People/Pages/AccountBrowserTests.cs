using PaymentGateway.Tests.Checkout;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People.Pages;

/// <summary>Chromium, a mailbox of files and an authenticator app: from registering to a sign-in with a code.</summary>
public sealed class AccountBrowserTests
{
    [Fact]
    public async Task A_person_registers_confirms_enrols_and_signs_in_on_phone_and_desktop()
    {
        var mails = TestFolder.Create();
        Directory.CreateDirectory(mails);
        await using var gateway = await TestGateway.Start(variables: ("MAIL_DIRECTORY", mails));
        await EndToEnd.AssertPasses(gateway, "node", ["--test", "account-pages.js"], ("MAIL_DIRECTORY", mails));
        Directory.Delete(mails, recursive: true);
    }
}

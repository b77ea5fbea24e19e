using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Checkout;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.People.Pages;

/// <summary>What all handlers of these pages share: views, forms, answers, and the ticket between password and code.</summary>
internal sealed class AccountRequests(AccountPage page, PageForms forms, Csrf csrf, SecretVault vault, PersonTime time)
{
    private const string TicketPurpose = "account.ticket";

    private static readonly TimeSpan ticketLife = TimeSpan.FromMinutes(5);

    public PersonTime Time => time;

    public AccountView View(HttpContext http, string? notice = null, Fault? fault = null) =>
        new(Language.Of(http, "account_lang", AccountPaths.Root), http.Request.Path, csrf.ForForm(http)) { Notice = notice, Fault = fault };

    /// <summary>The same page with what is wrong.</summary>
    public AccountView View(HttpContext http, Refusal refusal)
    {
        var view = View(http);
        return view with { Fault = Fault.Of(refusal, view.Texts) };
    }

    /// <inheritdoc cref="PageForms.Read"/>
    public Task<Outcome<SentForm>> ReadForm(HttpContext http, CancellationToken cancel) => forms.Read(http, cancel);

    /// <param name="status">Where it is neither 200 nor, for a form that was refused, 422.</param>
    public IResult Page(HttpContext http, AccountView view, string title, Html part, int? status = null) => PageAnswer.Show(
        http, page.Render(view, title, part), status ?? (view.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity));

    /// <inheritdoc cref="PageAnswer.SeeOther"/>
    public static IResult SeeOther(HttpContext http, string path, string? done = null) =>
        PageAnswer.SeeOther(http, done is null ? path : QueryHelpers.AddQueryString(path, "done", done));

    public static IResult ToSignIn(HttpContext http) =>
        SeeOther(http, AccountLinks.SignInFor(http.Request.Path + http.Request.QueryString));

    /// <summary>Says that the password was right, to nobody but this server.</summary>
    public string TicketOf(string email, string password) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        vault.Encrypt(TicketPurpose, JsonSerializer.Serialize(new Ticket(email, password, time.Now + ticketLife), Json.Options))));

    /// <returns>Null: it is none, or too old.</returns>
    public (string Email, string Password)? ReadTicket(string text)
    {
        try
        {
            var ticket = JsonSerializer.Deserialize<Ticket>(
                vault.Decrypt(TicketPurpose, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))), Json.Options)!;
            return ticket.Until > time.Now ? (ticket.Email, ticket.Password) : null;
        }
        catch (Exception e) when (e is FormatException or SecretUnreadableException)
        {
            return null;
        }
    }

    private sealed record Ticket(string Email, string Password, DateTimeOffset Until);
}

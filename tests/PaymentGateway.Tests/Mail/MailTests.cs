using System.Globalization;
using System.Text;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Mail;
using PaymentGateway.People;
using PaymentGateway.Tests.Crash;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Mail;

/// <summary>From a change to a mailbox, through a real mail server.</summary>
public sealed class MailTests(MailTests.Fixture shared) : IClassFixture<MailTests.Fixture>
{
    private static int count;

    private readonly string recipient = $"asha{Interlocked.Increment(ref count)}@example.com";

    [Fact]
    public async Task A_mail_arrives_as_text_and_html_with_its_file_and_leaves_no_address_behind()
    {
        await using var mailbox = await Mailbox.Start();
        await shared.Queue(new(recipient, "kk") { Attachments = [new("note", "n1")] }, name: "Айгерім Ұлан");
        Assert.Equal(1, await shared.Send(mailbox));

        var mail = await mailbox.Next();
        Assert.Equal([recipient], mail.To);
        Assert.Equal("Құпиясөзіңіз өзгертілді", mail.Subject);
        Assert.Equal("no-reply@localhost", mail.From);
        Assert.Equal("auto-generated", mail.Automatic);
        Assert.Contains("Сәлеметсіз бе, Айгерім Ұлан!", mail.Text, StringComparison.Ordinal);
        Assert.Contains("<p style=\"margin:0 0 16px;\">Сәлеметсіз бе, Айгерім Ұлан!</p>", mail.Html, StringComparison.Ordinal);
        var file = Assert.Single(mail.Files);
        Assert.Equal(("note n1.txt", "text/plain", "₹ ₸ €"), (file.Filename, file.ContentType, Encoding.UTF8.GetString(file.Content)));
        Assert.Equal(("sent", true), await shared.StateOf(recipient: null));
    }

    [Fact]
    public async Task There_is_one_mail_for_each_key_and_none_without_its_change()
    {
        await using var mailbox = await Mailbox.Start();
        var to = new MailTo(recipient, "en") { Key = $"course.paid/{recipient}" };
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => shared.Queue(to)));
        shared.Gateway.Get<Outbox>().Queue(new Change(), PeopleLetters.PasswordChanged, new ToPerson("Never"), new MailTo(recipient, "en"));
        await shared.Send(mailbox);
        await shared.Send(mailbox);
        Assert.Single(await mailbox.Rest(), mail => mail.To.Contains(recipient));
    }

    [Fact]
    public async Task The_database_refuses_it_by_name()
    {
        await shared.Queue(new(recipient, "en"));
        await shared.Queue(new(recipient, "en"));
        foreach (var (constraint, sql) in new[]
        {
            ("one_mail_for_each_key", "UPDATE mail.messages SET key = 'same' WHERE state = 'waiting'"),
            ("a_merchants_mail_has_a_mode", "UPDATE mail.messages SET mode = 'test', merchant_id = NULL WHERE state = 'waiting'"),
            ("a_mail_waits_or_is_finished", "UPDATE mail.messages SET state = 'failed' WHERE state = 'waiting'"),
            ("a_sent_mail_keeps_no_address", "UPDATE mail.messages SET state = 'sent', next_attempt_at = NULL, finished_at = now() WHERE state = 'waiting'"),
        })
        {
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => shared.Gateway.Execute(sql));
            Assert.Equal(constraint, refused.ConstraintName);
        }

        await shared.Gateway.Execute("DELETE FROM mail.messages WHERE state = 'waiting'");
    }

    [Fact]
    public async Task Several_replicas_send_each_mail_once()
    {
        await using var mailbox = await Mailbox.Start();
        for (var i = 0; i < 40; i++)
        {
            await shared.Queue(new($"many{i}-{recipient}", "en"));
        }

        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shared.Send(mailbox)));
        Assert.Equal((40, null), (sent.Sum(), await shared.Gateway.Query<string?>("SELECT max(fault) FROM mail.messages WHERE state = 'waiting'")));
        var arrived = (await mailbox.Rest()).Select(mail => mail.To[0]).ToList();
        Assert.Equal((40, 40), (arrived.Count, arrived.Distinct().Count()));
    }

    [Fact]
    public async Task A_server_that_is_busy_or_away_gets_it_later_under_the_same_message_id()
    {
        await shared.Queue(new($"busy@{recipient.Replace('@', '.')}", "en"));
        await shared.SendTo(port: 1);
        Assert.Equal(0, await shared.SendTo(port: 1));
        var id = await shared.Gateway.Query<string>("SELECT id FROM mail.messages WHERE state = 'waiting'", new { });
        Assert.StartsWith("the mail server is out of reach", await shared.FaultOf(id), StringComparison.Ordinal);

        shared.Clock.Advance(TimeSpan.FromMinutes(1));
        await using var mailbox = await Mailbox.Start();
        await shared.Send(mailbox);
        Assert.StartsWith("451", await shared.FaultOf(id), StringComparison.Ordinal);
        shared.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await shared.Send(mailbox));
        Assert.Equal($"<{id}@localhost>", (await mailbox.Next()).MessageId);
    }

    [Fact]
    public async Task A_mail_that_is_refused_is_given_up_listed_without_its_address_and_sent_again_on_request()
    {
        await using var mailbox = await Mailbox.Start();
        var refused = $"refused@{recipient.Replace('@', '.')}";
        await shared.Queue(new(refused, "en"));
        await shared.Send(mailbox);
        var mails = new MailOperator(shared.Gateway.Db, shared.Clock);
        var failed = Assert.Single(await mails.Failed(10, CancellationToken.None));
        Assert.Equal(("password_changed", 1, "550 MailboxUnavailable"), (failed.Template, failed.Attempts, failed.Fault));
        Assert.Equal(0, await shared.Send(mailbox));

        Assert.Equal(0, await mails.Retry("mail_unknown", CancellationToken.None));
        Assert.Equal(1, await mails.Retry(failed.Id, CancellationToken.None));
        Assert.Equal(1, await shared.Send(mailbox));
        Assert.Equal(1, await mails.Retry(null, CancellationToken.None));
        await shared.Gateway.Execute("DELETE FROM mail.messages WHERE id = @Id", new { failed.Id });
    }

    [Fact]
    public async Task A_mail_waits_for_its_attachment()
    {
        await using var mailbox = await Mailbox.Start();
        await shared.Queue(new(recipient, "en") { Attachments = [new("note", "late")] });
        await shared.Send(mailbox);
        Assert.Equal(("waiting", false), await shared.StateOf(recipient));
        Fixture.Notes.IsLateThere = true;
        shared.Clock.Advance(TimeSpan.FromMinutes(1));
        await shared.Send(mailbox);
        Assert.Equal("note late.txt", Assert.Single((await mailbox.Next()).Files).Filename);
    }

    [Fact]
    public async Task What_was_sent_is_forgotten_after_a_month()
    {
        await using var mailbox = await Mailbox.Start();
        await shared.Queue(new(recipient, "en"));
        await shared.Send(mailbox);
        var dispatch = shared.Dispatch(mailbox.Port);
        await dispatch.Forget(CancellationToken.None);
        Assert.NotEqual(0, await shared.Gateway.Query<int>("SELECT count(*)::integer FROM mail.messages", new { }));
        shared.Clock.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));
        await dispatch.Forget(CancellationToken.None);
        Assert.Equal(0, await shared.Gateway.Query<int>("SELECT count(*)::integer FROM mail.messages WHERE state = 'sent'", new { }));
    }

    [Fact]
    public async Task The_way_is_encrypted_and_a_server_that_nobody_vouches_for_gets_nothing()
    {
        var (certificate, key) = TestCertificate.Create();
        await using var mailbox = await Mailbox.Start(
            ("CERTIFICATE", certificate), ("KEY", key), ("USER_NAME", "gateway"), ("PASSWORD", "open sesame"));
        var folder = TestFolder.Create();
        var trusted = Path.Combine(folder, "trusted.pem");
        await File.WriteAllTextAsync(trusted, certificate);
        (string, string)[] settings =
        [
            ("SMTP_HOST", "localhost"), ("SMTP_PORT", mailbox.Port.ToString(CultureInfo.InvariantCulture)), ("SMTP_USER", "gateway"),
        ];

        var (exit, output, errors) = await ServerProcess.RunWith(
            [.. settings, ("SMTP_PASSWORD", "open sesame"), ("SSL_CERT_FILE", trusted)], "mail", "test", "--to", recipient);
        Assert.Equal((0, "The mail server has taken it.", ""), (exit, output, errors));
        var mail = await mailbox.Next();
        Assert.Equal((true, "Test mail of PaymentGateway"), (mail.Encrypted, mail.Subject));

        (exit, _, errors) = await ServerProcess.RunWith([.. settings, ("SMTP_PASSWORD", "open sesame")], "mail", "test", "--to", recipient);
        Assert.Equal((1, "It could not be sent: the certificate of the mail server is not trusted."), (exit, errors));
        (exit, _, errors) = await ServerProcess.RunWith(
            [.. settings, ("SMTP_PASSWORD", "wrong"), ("SSL_CERT_FILE", trusted)], "mail", "test", "--to", recipient);
        Assert.Equal(1, exit);
        Assert.DoesNotContain("wrong", errors, StringComparison.Ordinal);
        Assert.Empty(await mailbox.Rest());
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>One server on a clock that stands; tests send with a dispatch of their own, to the mail server that they have started.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public ManualClock Clock { get; } = new();

        public TestGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await TestGateway.Start(clock: Clock, variables: ("ROLE", "api"));

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();

        internal async Task Queue(MailTo to, string name = "Asha")
        {
            var change = new Change();
            Gateway.Get<Outbox>().Queue(change, PeopleLetters.PasswordChanged, new ToPerson(name), to);
            Assert.IsType<CommitOutcome.Committed>(await Gateway.Get<Committer>().Commit(change, CancellationToken.None));
        }

        internal Task<int> Send(Mailbox mailbox) => SendTo(mailbox.Port);

        internal Task<int> SendTo(int port) => Dispatch(port).RunOnce(CancellationToken.None);

        internal MailDispatch Dispatch(int port) => Gateway.Dispatch(Clock, port, new Notes());

        internal Task<string> FaultOf(string id) =>
            Gateway.Query<string>("SELECT fault FROM mail.messages WHERE id = @id", new { id });

        /// <summary>The newest one's state, and whether its recipient is gone.</summary>
        internal Task<(string, bool)> StateOf(string? recipient) => Gateway.Query<(string, bool)>(
            "SELECT state, recipient IS NULL FROM mail.messages WHERE @recipient::text IS NOT NULL OR recipient IS NULL ORDER BY id DESC LIMIT 1",
            new { recipient });

        internal sealed class Notes : IAttachments
        {
            internal static bool IsLateThere { get; set; }

            public string Kind => "note";

            public Task<MailFile?> Find(Tenant? tenant, string id, CancellationToken cancel) => Task.FromResult(
                id == "late" && !IsLateThere ? null : new MailFile($"note {id}.txt", "text/plain", Encoding.UTF8.GetBytes("₹ ₸ €")));
        }
    }
}

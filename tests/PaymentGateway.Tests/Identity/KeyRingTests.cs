using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.Tests.Identity;

public sealed class KeyRingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("keyring").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_first_start_makes_a_key_file_for_its_owner_alone_and_the_next_reads_it()
    {
        var data = Path.Combine(folder, "data");
        var first = KeyRing.Open(Replica.SettingsOf(), data);
        var second = KeyRing.Open(Replica.SettingsOf(), data);
        var file = Path.Combine(data, KeyRing.FileName);
        Assert.Equal(new SecretVault(first).ClientSecretOf("x"), new SecretVault(second).ClientSecretOf("x"));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal([file], Directory.GetFiles(data));
    }

    [Fact]
    public void Processes_that_start_at_once_get_the_same_key()
    {
        var secrets = new string[16];
        Parallel.For(0, secrets.Length, i => secrets[i] = new SecretVault(KeyRing.Open(Replica.SettingsOf(), folder)).ClientSecretOf("x"));
        Assert.Single(secrets.Distinct());
    }

    [Fact]
    public void The_variable_goes_before_the_file()
    {
        var key = Convert.ToBase64String(new byte[32]);
        KeyRing.Open(Replica.SettingsOf(("ENCRYPTION_KEY", key)), folder);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_damaged_key_file_stops_the_start_and_is_left_alone()
    {
        var file = Path.Combine(folder, KeyRing.FileName);
        File.WriteAllText(file, "half a k");
        var refusal = Assert.Throws<StartupException>(() => KeyRing.Open(Replica.SettingsOf(), folder));
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("half", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("half a k", File.ReadAllText(file));
    }
}
